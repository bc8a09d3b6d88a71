-- +goose Up
CREATE TABLE `inbox` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `platform` VARCHAR(16) NOT NULL DEFAULT '',
  `message_id` VARCHAR(191) NOT NULL DEFAULT '',
  `received_at` BIGINT NOT NULL DEFAULT 0,
  `payload` TEXT NOT NULL DEFAULT '',
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `token` VARCHAR(32) NOT NULL DEFAULT '',
  `lease_until` BIGINT NOT NULL DEFAULT 0,
  `attempts` INT NOT NULL DEFAULT 0,
  `note` VARCHAR(255) NOT NULL DEFAULT '',
  CONSTRAINT `inbox_district_id_platform_message_id` UNIQUE (`district_id`, `platform`, `message_id`),
  CONSTRAINT `inbox_check_1` CHECK (state IN ('waiting','working','done','failed'))
);
CREATE INDEX `inbox_by_district_id_state_id` ON `inbox` (`district_id`, `state`, `id`);
