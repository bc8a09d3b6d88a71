-- +goose Up
CREATE TABLE `entries` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `subject` VARCHAR(64) NOT NULL DEFAULT '',
  `at` BIGINT NOT NULL DEFAULT 0,
  `act` VARCHAR(64) NOT NULL DEFAULT '',
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `before` TEXT NOT NULL DEFAULT '',
  `after` TEXT NOT NULL DEFAULT '',
  `note` TEXT NOT NULL DEFAULT ''
);
CREATE INDEX `entries_by_district_id_subject_id` ON `entries` (`district_id`, `subject`, `id`);
