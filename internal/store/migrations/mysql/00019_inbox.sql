-- +goose Up
CREATE TABLE `inbox` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `platform` VARCHAR(16) NOT NULL DEFAULT '',
  `message_id` VARCHAR(191) NOT NULL DEFAULT '',
  `received_at` BIGINT NOT NULL DEFAULT 0,
  `payload` MEDIUMTEXT NOT NULL,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `token` VARCHAR(32) NOT NULL DEFAULT '',
  `lease_until` BIGINT NOT NULL DEFAULT 0,
  `attempts` INT NOT NULL DEFAULT 0,
  `note` VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `inbox_district_id_platform_message_id` (`district_id`, `platform`, `message_id`),
  KEY `inbox_by_district_id_state_id` (`district_id`, `state`, `id`),
  CONSTRAINT `inbox_check_1` CHECK (state IN ('waiting','working','done','failed'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
