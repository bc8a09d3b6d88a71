-- +goose Up
CREATE TABLE `people` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(64) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `post` VARCHAR(128) NOT NULL DEFAULT '',
  `mobile` VARCHAR(32) NOT NULL DEFAULT '',
  `active` BOOLEAN NOT NULL DEFAULT FALSE,
  `roles` VARCHAR(255) NOT NULL DEFAULT '',
  CONSTRAINT `people_district_id_code` UNIQUE (`district_id`, `code`)
);
CREATE INDEX `people_by_district_id_unit_id` ON `people` (`district_id`, `unit_id`);
