-- +goose Up
CREATE TABLE `observation_marks` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `observation_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `score` INT NOT NULL DEFAULT 0,
  `text` TEXT NOT NULL DEFAULT '',
  `at` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `observation_marks_check_1` CHECK (score BETWEEN 0 AND 10000)
);
CREATE UNIQUE INDEX `observation_marks_once` ON `observation_marks` (`district_id`, `observation_id`, `project_id`, `person_id`);
