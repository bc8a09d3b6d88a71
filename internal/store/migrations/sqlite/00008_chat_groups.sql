-- +goose Up
CREATE TABLE `chat_groups` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(128) NOT NULL DEFAULT '',
  `class` VARCHAR(16) NOT NULL DEFAULT '',
  `leader_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `active` BOOLEAN NOT NULL DEFAULT FALSE,
  CONSTRAINT `chat_groups_district_id_code` UNIQUE (`district_id`, `code`)
);
