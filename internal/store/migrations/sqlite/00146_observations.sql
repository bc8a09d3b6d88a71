-- +goose Up
CREATE TABLE `observations` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(16) NOT NULL DEFAULT '',
  `on` INT NOT NULL DEFAULT 0,
  `called_by` BIGINT NOT NULL DEFAULT 0,
  `created_at` BIGINT NOT NULL DEFAULT 0,
  `cancelled` BOOLEAN NOT NULL DEFAULT FALSE,
  CONSTRAINT `observations_district_id_code` UNIQUE (`district_id`, `code`)
);
CREATE INDEX `observations_by_district_id_on` ON `observations` (`district_id`, `on`);
