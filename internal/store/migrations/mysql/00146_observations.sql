-- +goose Up
CREATE TABLE `observations` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(16) NOT NULL DEFAULT '',
  `on` INT NOT NULL DEFAULT 0,
  `called_by` BIGINT NOT NULL DEFAULT 0,
  `created_at` BIGINT NOT NULL DEFAULT 0,
  `cancelled` BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (`id`),
  UNIQUE KEY `observations_district_id_code` (`district_id`, `code`),
  KEY `observations_by_district_id_on` (`district_id`, `on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
