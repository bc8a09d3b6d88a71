-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `excused_on` INT NOT NULL DEFAULT 0;
