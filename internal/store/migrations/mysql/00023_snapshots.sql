-- +goose Up
CREATE TABLE `snapshots` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `period` VARCHAR(32) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `progress` INT NOT NULL DEFAULT 0,
  `planned` INT NOT NULL DEFAULT 0,
  `invested_year` BIGINT NOT NULL DEFAULT 0,
  `planned_year` BIGINT NOT NULL DEFAULT 0,
  `reported` BOOLEAN NOT NULL DEFAULT FALSE,
  `colour` VARCHAR(16) NOT NULL DEFAULT '',
  `why` VARCHAR(255) NOT NULL DEFAULT '',
  `stage` VARCHAR(16) NOT NULL DEFAULT '',
  `host_unit_id` BIGINT NOT NULL DEFAULT 0,
  `leader_id` BIGINT NOT NULL DEFAULT 0,
  `last_text` MEDIUMTEXT NOT NULL,
  `taken_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `period`, `project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
