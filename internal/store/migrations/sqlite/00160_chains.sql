-- +goose Up
CREATE TABLE `chains` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(128) NOT NULL DEFAULT '',
  `leader_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `industries` TEXT NOT NULL DEFAULT '',
  CONSTRAINT `chains_district_id_code` UNIQUE (`district_id`, `code`)
);
CREATE INDEX `chains_by_district_id_leader_id` ON `chains` (`district_id`, `leader_id`);
