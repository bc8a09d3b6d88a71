-- +goose Up
CREATE TABLE `observation_marks` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `observation_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `score` INT NOT NULL DEFAULT 0,
  `text` MEDIUMTEXT NOT NULL,
  `at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `observation_marks_once` (`district_id`, `observation_id`, `project_id`, `person_id`),
  CONSTRAINT `observation_marks_check_1` CHECK (score BETWEEN 0 AND 10000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
