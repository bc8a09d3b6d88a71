-- +goose Up
CREATE TABLE `policies` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `title` VARCHAR(191) NOT NULL DEFAULT '',
  `text` TEXT NOT NULL DEFAULT '',
  `whom` VARCHAR(191) NOT NULL DEFAULT '',
  `until_on` INT NOT NULL DEFAULT 0,
  `ended` BOOLEAN NOT NULL DEFAULT FALSE,
  `version` INT NOT NULL DEFAULT 0,
  CONSTRAINT `policies_district_id_code` UNIQUE (`district_id`, `code`)
);
