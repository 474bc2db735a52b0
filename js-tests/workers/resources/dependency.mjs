export const value = "of the dependency";
