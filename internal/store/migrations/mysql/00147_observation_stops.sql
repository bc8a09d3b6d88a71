-- +goose Up
CREATE TABLE `observation_stops` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `observation_id` BIGINT NOT NULL DEFAULT 0,
  `ord` INT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `minute` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `observation_stops_district_id_observation_id_project_id` (`district_id`, `observation_id`, `project_id`),
  CONSTRAINT `observation_stops_check_1` CHECK (minute BETWEEN 0 AND 1439)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
