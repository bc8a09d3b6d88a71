-- +goose Up
CREATE TABLE `successions` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `post` VARCHAR(128) NOT NULL DEFAULT '',
  `from_id` BIGINT NOT NULL DEFAULT 0,
  `to_id` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `by` BIGINT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `moved` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `successions_by_district_id_from_id` (`district_id`, `from_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
