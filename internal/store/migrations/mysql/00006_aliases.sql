-- +goose Up
CREATE TABLE `aliases` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `name` VARCHAR(191) NOT NULL DEFAULT '',
  PRIMARY KEY (`district_id`, `project_id`, `name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
