"""The estimators of this project: baselines that know a window's polymer and nothing else."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin


class GroupMean(RegressorMixin, BaseEstimator):
    """Predicts the mean of the group in the first column; the overall mean for a new group."""

    def fit(self, X, y):
        """Remember the mean of every group."""
        groups, code = np.unique(np.asarray(X)[:, 0], return_inverse=True)
        self.means_ = dict(zip(groups, np.bincount(code, y) / np.bincount(code), strict=True))
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, X):
        """Return the mean of each row's group, (rows,)."""
        return np.array([self.means_.get(group, self.mean_) for group in np.asarray(X)[:, 0]])


class GroupRate(ClassifierMixin, BaseEstimator):
    """Predicts the rate of the class 1 in the group in the first column, as `GroupMean` does."""

    def fit(self, X, y):
        """Remember the rate of every group."""
        self.classes_ = np.array([0, 1])
        self.rates_ = GroupMean().fit(X, y)
        return self

    def predict_proba(self, X):
        """Return the chances of the classes 0 and 1, (rows, 2)."""
        rate = self.rates_.predict(X)
        return np.column_stack([1 - rate, rate])

    def predict(self, X):
        """Return the likelier class, (rows,)."""
        return (self.rates_.predict(X) > 0.5).astype(int)
