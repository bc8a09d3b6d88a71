-- +goose Up
CREATE TABLE `meetings` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(16) NOT NULL DEFAULT '',
  `kind` VARCHAR(32) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `title` TEXT NOT NULL DEFAULT '',
  `place` VARCHAR(191) NOT NULL DEFAULT '',
  `slot` VARCHAR(64) NOT NULL DEFAULT '',
  `start_at` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `online` BOOLEAN NOT NULL DEFAULT FALSE,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `frozen_at` BIGINT NOT NULL DEFAULT 0,
  `called_by` BIGINT NOT NULL DEFAULT 0,
  `created_at` BIGINT NOT NULL DEFAULT 0,
  `version` INT NOT NULL DEFAULT 0,
  CONSTRAINT `meetings_district_id_code` UNIQUE (`district_id`, `code`),
  CONSTRAINT `meetings_district_id_slot` UNIQUE (`district_id`, `slot`),
  CONSTRAINT `meetings_check_1` CHECK (state IN ('called','held','cancelled'))
);
CREATE INDEX `meetings_by_district_id_on` ON `meetings` (`district_id`, `on`);
CREATE INDEX `meetings_by_district_id_kind_project_id_start_at` ON `meetings` (`district_id`, `kind`, `project_id`, `start_at`);
