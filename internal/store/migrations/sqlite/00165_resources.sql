-- +goose Up
CREATE TABLE `resources` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `name` VARCHAR(191) NOT NULL DEFAULT '',
  `place` VARCHAR(191) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `area` BIGINT NOT NULL DEFAULT 0,
  `price` BIGINT NOT NULL DEFAULT 0,
  `price_per` VARCHAR(32) NOT NULL DEFAULT '',
  `terms` VARCHAR(16) NOT NULL DEFAULT '',
  `conditions` TEXT NOT NULL DEFAULT '',
  `taken` BOOLEAN NOT NULL DEFAULT FALSE,
  `version` INT NOT NULL DEFAULT 0,
  CONSTRAINT `resources_district_id_code` UNIQUE (`district_id`, `code`)
);
CREATE INDEX `resources_by_district_id_kind` ON `resources` (`district_id`, `kind`);
