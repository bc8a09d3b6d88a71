-- +goose Up
CREATE TABLE `people` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(64) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `post` VARCHAR(128) NOT NULL DEFAULT '',
  `mobile` VARCHAR(32) NOT NULL DEFAULT '',
  `active` BOOLEAN NOT NULL DEFAULT FALSE,
  `roles` VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `people_district_id_code` (`district_id`, `code`),
  KEY `people_by_district_id_unit_id` (`district_id`, `unit_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
