-- +goose Up
CREATE TABLE `observation_judges` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `observation_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `observation_id`, `person_id`)
);
