-- +goose Up
CREATE TABLE `delivery_items` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `cause` VARCHAR(128) NOT NULL DEFAULT '',
  `recipient` VARCHAR(32) NOT NULL DEFAULT '',
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `due_on` INT NOT NULL DEFAULT 0,
  `name` VARCHAR(16) NOT NULL DEFAULT '',
  `before` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `cause`, `recipient`, `commitment_id`, `due_on`, `name`, `before`)
);
