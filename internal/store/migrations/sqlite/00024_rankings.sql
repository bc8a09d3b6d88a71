-- +goose Up
CREATE TABLE `rankings` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `period` VARCHAR(32) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `place` INT NOT NULL DEFAULT 0,
  `moved` INT NOT NULL DEFAULT 0,
  `score` INT NOT NULL DEFAULT 0,
  `parts` TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (`district_id`, `period`, `unit_id`)
);
