-- +goose Up
CREATE TABLE `updates` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `receipt` VARCHAR(32) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `period` VARCHAR(32) NOT NULL DEFAULT '',
  `progress` INT NULL,
  `invested` BIGINT NULL,
  `text` TEXT NOT NULL DEFAULT '',
  `source` VARCHAR(16) NOT NULL DEFAULT '',
  `photos` TEXT NOT NULL DEFAULT '',
  `prev_state` TEXT NOT NULL DEFAULT '',
  `withdrawn_at` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `updates_district_id_receipt` UNIQUE (`district_id`, `receipt`)
);
CREATE INDEX `updates_by_district_id_project_id_at` ON `updates` (`district_id`, `project_id`, `at`);
CREATE INDEX `updates_by_district_id_person_id_at` ON `updates` (`district_id`, `person_id`, `at`);
