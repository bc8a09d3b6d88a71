-- +goose Up
CREATE TABLE `schedules` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `template` VARCHAR(64) NOT NULL DEFAULT '',
  `target_on` INT NOT NULL DEFAULT 0,
  `was_on` INT NOT NULL DEFAULT 0,
  `lines` TEXT NOT NULL DEFAULT '',
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` TEXT NOT NULL DEFAULT '',
  `version` INT NOT NULL DEFAULT 0,
  CONSTRAINT `schedules_check_1` CHECK (state IN ('asked','granted','denied','replaced'))
);
CREATE INDEX `schedules_by_project` ON `schedules` (`district_id`, `project_id`, `id`);
