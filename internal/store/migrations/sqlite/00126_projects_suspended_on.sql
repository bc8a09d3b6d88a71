-- +goose Up
ALTER TABLE `projects` ADD COLUMN `suspended_on` INT NOT NULL DEFAULT 0;
