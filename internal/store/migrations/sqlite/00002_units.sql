-- +goose Up
CREATE TABLE `units` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(128) NOT NULL DEFAULT '',
  `short` VARCHAR(64) NOT NULL DEFAULT '',
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `parent_id` BIGINT NOT NULL DEFAULT 0,
  `sort` INT NOT NULL DEFAULT 0,
  CONSTRAINT `units_district_id_code` UNIQUE (`district_id`, `code`)
);
