-- +goose Up
CREATE TABLE `leaves` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `deputy_id` BIGINT NOT NULL DEFAULT 0,
  `from_on` INT NOT NULL DEFAULT 0,
  `until_on` INT NOT NULL DEFAULT 0,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `ended_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `leaves_by_district_id_until_on` (`district_id`, `until_on`),
  KEY `leaves_by_district_id_person_id` (`district_id`, `person_id`),
  CONSTRAINT `leaves_check_1` CHECK (until_on >= from_on)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
