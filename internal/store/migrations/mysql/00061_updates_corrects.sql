-- +goose Up
ALTER TABLE `updates` ADD COLUMN `corrects` VARCHAR(32) NOT NULL DEFAULT '';
