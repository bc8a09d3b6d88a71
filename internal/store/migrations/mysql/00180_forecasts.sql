-- +goose Up
CREATE TABLE `forecasts` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `due_on` INT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `lands_on` INT NOT NULL DEFAULT 0,
  `early_on` INT NOT NULL DEFAULT 0,
  `late_on` INT NOT NULL DEFAULT 0,
  `pace` INT NOT NULL DEFAULT 0,
  `peer_pace` INT NOT NULL DEFAULT 0,
  `readings` INT NOT NULL DEFAULT 0,
  `told` BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (`district_id`, `commitment_id`, `due_on`, `on`),
  KEY `forecasts_by_district_id_project_id_on` (`district_id`, `project_id`, `on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
