-- +goose Up
CREATE TABLE `minutes` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `meeting_id` BIGINT NOT NULL DEFAULT 0,
  `ord` INT NOT NULL DEFAULT 0,
  `text` TEXT NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `minutes_district_id_meeting_id_ord` UNIQUE (`district_id`, `meeting_id`, `ord`)
);
