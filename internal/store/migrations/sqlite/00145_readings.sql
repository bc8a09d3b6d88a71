-- +goose Up
CREATE TABLE `readings` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `update_id` BIGINT NOT NULL DEFAULT 0,
  `reported` INT NOT NULL DEFAULT 0,
  `read` INT NOT NULL DEFAULT 0,
  `mismatch` BOOLEAN NOT NULL DEFAULT FALSE,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `text` TEXT NOT NULL DEFAULT '',
  `photos` TEXT NOT NULL DEFAULT '',
  `at` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  CONSTRAINT `readings_check_1` CHECK (`read` BETWEEN 0 AND 10000)
);
CREATE INDEX `readings_by_district_id_project_id` ON `readings` (`district_id`, `project_id`);
CREATE INDEX `readings_by_district_id_on` ON `readings` (`district_id`, `on`);
