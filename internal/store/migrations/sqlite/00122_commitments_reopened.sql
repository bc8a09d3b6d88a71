-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `reopened` INT NOT NULL DEFAULT 0;
