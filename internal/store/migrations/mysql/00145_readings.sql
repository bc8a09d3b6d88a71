-- +goose Up
CREATE TABLE `readings` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `update_id` BIGINT NOT NULL DEFAULT 0,
  `reported` INT NOT NULL DEFAULT 0,
  `read` INT NOT NULL DEFAULT 0,
  `mismatch` BOOLEAN NOT NULL DEFAULT FALSE,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `text` MEDIUMTEXT NOT NULL,
  `photos` MEDIUMTEXT NOT NULL,
  `at` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `readings_by_district_id_project_id` (`district_id`, `project_id`),
  KEY `readings_by_district_id_on` (`district_id`, `on`),
  CONSTRAINT `readings_check_1` CHECK (`read` BETWEEN 0 AND 10000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
