-- +goose Up
CREATE TABLE `districts` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(64) NOT NULL DEFAULT '',
  CONSTRAINT `districts_code` UNIQUE (`code`)
);
