-- +goose Up
CREATE TABLE `budgets` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `target` VARCHAR(191) NOT NULL DEFAULT '',
  `tat` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `target`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
