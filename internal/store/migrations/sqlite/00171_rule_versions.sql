-- +goose Up
CREATE TABLE `rule_versions` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `version` VARCHAR(32) NOT NULL DEFAULT '',
  `text` MEDIUMTEXT NOT NULL,
  `since` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `rule_versions_district_id_version` UNIQUE (`district_id`, `version`)
);
