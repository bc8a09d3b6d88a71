-- +goose Up
CREATE TABLE `suspensions` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `resumes` BOOLEAN NOT NULL DEFAULT FALSE,
  `reason` TEXT NOT NULL DEFAULT '',
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` TEXT NOT NULL DEFAULT '',
  CONSTRAINT `suspensions_check_1` CHECK (state IN ('asked','granted','denied'))
);
CREATE INDEX `suspensions_by_district_id_project_id` ON `suspensions` (`district_id`, `project_id`);
