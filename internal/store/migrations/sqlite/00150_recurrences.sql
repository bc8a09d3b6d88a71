-- +goose Up
CREATE TABLE `recurrences` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `rule` VARCHAR(32) NOT NULL DEFAULT '',
  `period` VARCHAR(16) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `made_on` INT NOT NULL DEFAULT 0,
  `filed_at` BIGINT NOT NULL DEFAULT 0,
  `filed_by` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `happened_on` INT NOT NULL DEFAULT 0,
  `text` TEXT NOT NULL DEFAULT '',
  `plan` TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX `recurrences_once` ON `recurrences` (`district_id`, `rule`, `period`, `project_id`, `unit_id`, `person_id`);
CREATE INDEX `recurrences_by_commitment` ON `recurrences` (`district_id`, `commitment_id`);
CREATE INDEX `recurrences_by_subject` ON `recurrences` (`district_id`, `project_id`, `unit_id`, `person_id`, `rule`);
