-- +goose Up
CREATE TABLE `accounts` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `platform` VARCHAR(16) NOT NULL DEFAULT '',
  `user_id` VARCHAR(128) NOT NULL DEFAULT '',
  `person_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `platform`, `user_id`),
  KEY `accounts_by_district_id_person_id` (`district_id`, `person_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
