-- +goose Up
CREATE TABLE `accounts` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `platform` VARCHAR(16) NOT NULL DEFAULT '',
  `user_id` VARCHAR(128) NOT NULL DEFAULT '',
  `person_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `platform`, `user_id`)
);
CREATE INDEX `accounts_by_district_id_person_id` ON `accounts` (`district_id`, `person_id`);
