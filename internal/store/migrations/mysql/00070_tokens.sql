-- +goose Up
CREATE TABLE `tokens` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `name` VARCHAR(128) NOT NULL DEFAULT '',
  `sealed` MEDIUMTEXT NOT NULL,
  `until` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
