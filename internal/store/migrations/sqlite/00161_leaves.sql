-- +goose Up
CREATE TABLE `leaves` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `deputy_id` BIGINT NOT NULL DEFAULT 0,
  `from_on` INT NOT NULL DEFAULT 0,
  `until_on` INT NOT NULL DEFAULT 0,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `ended_at` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `leaves_check_1` CHECK (until_on >= from_on)
);
CREATE INDEX `leaves_by_district_id_until_on` ON `leaves` (`district_id`, `until_on`);
CREATE INDEX `leaves_by_district_id_person_id` ON `leaves` (`district_id`, `person_id`);
