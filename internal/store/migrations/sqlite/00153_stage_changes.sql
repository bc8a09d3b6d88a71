-- +goose Up
CREATE TABLE `stage_changes` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `from_stage` VARCHAR(16) NOT NULL DEFAULT '',
  `to_stage` VARCHAR(16) NOT NULL DEFAULT '',
  `on` INT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `reason` TEXT NOT NULL DEFAULT ''
);
CREATE INDEX `stage_changes_by_project` ON `stage_changes` (`district_id`, `project_id`, `id`);
