-- +goose Up
CREATE TABLE `minutes` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `meeting_id` BIGINT NOT NULL DEFAULT 0,
  `ord` INT NOT NULL DEFAULT 0,
  `text` MEDIUMTEXT NOT NULL,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `minutes_district_id_meeting_id_ord` (`district_id`, `meeting_id`, `ord`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
