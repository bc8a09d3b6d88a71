-- +goose Up
CREATE TABLE `suggestions` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `year` INT NOT NULL DEFAULT 0,
  `number` INT NOT NULL DEFAULT 0,
  `period` VARCHAR(32) NOT NULL DEFAULT '',
  `roll` VARCHAR(16) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `weight` INT NOT NULL DEFAULT 0,
  `why` MEDIUMTEXT NOT NULL,
  `on` INT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` MEDIUMTEXT NOT NULL,
  CONSTRAINT `suggestions_district_id_year_number` UNIQUE (`district_id`, `year`, `number`),
  CONSTRAINT `suggestions_district_id_period_roll_unit_id` UNIQUE (`district_id`, `period`, `roll`, `unit_id`),
  CONSTRAINT `suggestions_check_1` CHECK (state IN ('suggested','adopted','declined')),
  CONSTRAINT `suggestions_check_2` CHECK (roll IN ('praise','account'))
);
CREATE INDEX `suggestions_by_district_id_state` ON `suggestions` (`district_id`, `state`);
