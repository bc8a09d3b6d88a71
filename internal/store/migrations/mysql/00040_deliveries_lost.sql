-- +goose Up
ALTER TABLE `deliveries` ADD COLUMN `lost` INT NOT NULL DEFAULT 0;
