"""How a notice came, and where a letter in answer can be posted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0015_time_precision")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="channel",
            field=models.CharField(
                choices=[
                    ("form", "The form on this site"),
                    ("letter", "Letter"),
                    ("email", "E-mail"),
                    ("telephone", "Telephone"),
                ],
                default="form",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="address",
            field=models.CharField(
                blank=True,
                default="",
                help_text="To which a letter can be posted.",
                max_length=300,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    channel__in=["form", "letter", "email", "telephone"]
                ),
                name="notice_channel_known",
            ),
        ),
    ]
