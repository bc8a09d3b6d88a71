-- +goose Up
CREATE TABLE `entries` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `subject` VARCHAR(64) NOT NULL DEFAULT '',
  `at` BIGINT NOT NULL DEFAULT 0,
  `act` VARCHAR(64) NOT NULL DEFAULT '',
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `before` MEDIUMTEXT NOT NULL,
  `after` MEDIUMTEXT NOT NULL,
  `note` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `entries_by_district_id_subject_id` (`district_id`, `subject`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
