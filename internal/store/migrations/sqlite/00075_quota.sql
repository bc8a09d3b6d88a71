-- +goose Up
CREATE TABLE `quota` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `name` VARCHAR(64) NOT NULL DEFAULT '',
  `month` INT NOT NULL DEFAULT 0,
  `used` BIGINT NOT NULL DEFAULT 0,
  `warned` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `name`, `month`)
);
